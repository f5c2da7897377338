-- One value for all that the catalogs hold of the repo's own, quickly: rows as they are stored, object ids among
-- them, which come out the same for the same statements on the same template. Not for comparing two databases.
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex')
from (
  select format('n %s %s %s', oid, nspname, nspacl) from pg_namespace where oid >= 16384
  union all
  select format('c %s %s %s %s %s %s %s %s %s', oid, relname, relnamespace, relowner, relkind, relrowsecurity,
    relforcerowsecurity, relacl, reloptions) from pg_class where oid >= 16384 and relkind <> 't' and relnamespace <> 99
  union all
  select format('a %s %s %s %s %s %s %s %s', attrelid, attname, atttypid, atttypmod, attnotnull, attidentity,
    attgenerated, attacl) from pg_attribute where attrelid >= 16384 and attnum > 0 and not attisdropped
  union all
  select format('d %s %s %s', adrelid, adnum, adbin) from pg_attrdef
  union all
  select format('k %s %s %s %s %s %s %s %s', oid, conname, conrelid, convalidated, conkey, confrelid, confdeltype, conbin)
  from pg_constraint where oid >= 16384
  union all
  select format('i %s %s %s %s %s', indexrelid, indisvalid, indkey, indpred, indexprs) from pg_index
  where indexrelid >= 16384
  union all
  select format('p %s', pg_policy) from pg_policy
  union all
  select format('r %s %s', ev_class, md5(ev_action::text)) from pg_rewrite where oid >= 16384
  union all
  select format('f %s %s %s %s %s %s %s %s', oid, proname, proowner, prosecdef, provolatile, proacl, proconfig,
    md5(prosrc)) from pg_proc where oid >= 16384
  union all
  select format('t %s %s %s %s %s', oid, tgname, tgrelid, tgenabled, tgqual) from pg_trigger where not tgisinternal
  union all
  select format('y %s %s %s %s', oid, typname, typnotnull, typdefault) from pg_type
  where oid >= 16384 and typtype in ('d', 'e', 'r')
  union all
  select format('e %s %s %s', enumtypid, enumlabel, enumsortorder) from pg_enum
  union all
  select format('o %s %s %s %s', classoid, objoid, objsubid, description) from pg_description where objoid >= 16384
  union all
  select format('b %s %s', prpubid, prrelid) from pg_publication_rel
  union all
  select format('u %s %s', oid, puballtables) from pg_publication
  union all
  select format('x %s %s', extname, extnamespace) from pg_extension
  union all
  select format('l %s', pg_default_acl) from pg_default_acl
  union all
  select format('s %s %s %s %s', id, public, file_size_limit, allowed_mime_types) from storage.buckets
) as every (line)
