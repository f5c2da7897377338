-- One line an object, in the words of Postgres' own deparser. Run with pg_catalog alone in the search_path, so that
-- every other name comes out qualified and nothing of the repo's can pass for a system function.
with own as (
  select oid, nspname from pg_namespace
  where nspname !~ '^pg_' and nspname not in ('information_schema', 'auth', 'storage', 'realtime', '_realtime', 'vault',
    'extensions', 'graphql', 'graphql_public', 'net', 'cron', 'pgmq', 'pgsodium', 'pgtle', 'pgbouncer',
    'supabase_functions', 'supabase_migrations')
), rel as (
  select c.*, n.nspname || '.' || c.relname as name from pg_class c join own n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and not exists (
      select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
), fn as (
  select p.*, n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name
  from pg_proc p join own n on n.oid = p.pronamespace
  where not exists (
    select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
)
select line from (
  select 'schema ' || nspname from own
  union all
  select format('relation %s %s rls=%s forced=%s owner=%s acl=%s options=%s persistence=%s', name, relkind,
    relrowsecurity, relforcerowsecurity, relowner::regrole, array(select unnest(relacl)::text order by 1),
    reloptions, relpersistence) from rel
  union all
  select format('column %s.%s %s%s%s%s%s acl=%s', r.name, a.attname, format_type(a.atttypid, a.atttypmod),
    case when a.attnotnull then ' not null' end, ' default ' || pg_get_expr(d.adbin, d.adrelid),
    ' identity ' || nullif(a.attidentity::text, ''), ' generated ' || nullif(a.attgenerated::text, ''), a.attacl)
  from rel r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
  where r.relkind <> 'S'
  union all
  select format('constraint %s %s %s validated=%s', r.name, k.conname, pg_get_constraintdef(k.oid), k.convalidated)
  from rel r join pg_constraint k on k.conrelid = r.oid where k.contype <> 'n'
  union all
  select format('index %s valid=%s', pg_get_indexdef(i.indexrelid), i.indisvalid)
  from rel r join pg_index i on i.indrelid = r.oid
  union all
  select format('policy %s/%s %s %s %s using (%s) check (%s)', p.polrelid::regclass, p.polname, p.polcmd,
    case when p.polpermissive then 'permissive' else 'restrictive' end,
    array(select case r when 0 then 'public' else r::regrole::text end from unnest(p.polroles) r order by 1),
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) from pg_policy p
  union all
  select format('view %s %s', name, md5(pg_get_viewdef(oid))) from rel where relkind in ('v', 'm')
  union all
  select format('function %s returns %s %s %s %s owner=%s settings=%s acl=%s body=%s', f.name,
    pg_get_function_result(f.oid), f.prokind, f.prosecdef, f.provolatile, f.proowner::regrole, f.proconfig,
    array(select unnest(f.proacl)::text order by 1), md5(f.prosrc)) from fn f
  union all
  select format('trigger %s enabled=%s', pg_get_triggerdef(t.oid), t.tgenabled) from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
  where not t.tgisinternal
  union all
  select format('type %s.%s %s %s', n.nspname, t.typname, t.typtype,
    array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder))
  from pg_type t join own n on n.oid = t.typnamespace where t.typtype in ('e', 'd', 'r')
  union all
  select format('comment %s %s %s', c.classoid::regclass, pg_describe_object(c.classoid, c.objoid, c.objsubid),
    c.description)
  from pg_description c where c.objoid >= 16384 and c.classoid <> 'pg_extension'::regclass
    and exists (select from rel r where r.oid = c.objoid union all select from fn f where f.oid = c.objoid)
  union all
  select format('publication %s all=%s %s', p.pubname, p.puballtables,
    array(select r.prrelid::regclass::text from pg_publication_rel r where r.prpubid = p.oid order by 1))
  from pg_publication p
  union all
  select format('extension %s schema %s', e.extname, e.extnamespace::regnamespace) from pg_extension e
  union all
  select format('default acl %s %s %s %s', defaclrole::regrole, defaclnamespace, defaclobjtype,
    array(select unnest(defaclacl)::text order by 1)) from pg_default_acl where defaclnamespace = 0
      or defaclnamespace in (select oid from own)
  union all
  select format('schema acl %s %s', nspname, array(select unnest(nspacl)::text order by 1)) from pg_namespace
  where oid in (select oid from own)
  union all
  select format('bucket %s public=%s limit=%s types=%s', id, public, file_size_limit, allowed_mime_types)
  from storage.buckets
) as every (line)
order by line collate "C"
