-- Partial indexes for common filters
CREATE INDEX idx_active_tenders ON tenders(deadline)
  WHERE status = 'active' AND deleted_at IS NULL;

-- Composite indexes (column order matters: equality first, range last)
CREATE INDEX idx_tenders_org_status ON tenders(org_id, status, created_at DESC);
