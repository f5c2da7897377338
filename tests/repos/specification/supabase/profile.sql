-- Use EXPLAIN ANALYZE to profile
EXPLAIN (ANALYZE, BUFFERS, FORMAT TEXT)
SELECT * FROM tenders WHERE status = 'active' AND org_id = 'xxx';
