"""What protects, as PostgreSQL's catalogue has it: one row an object, with a hash of what it is and who wrote it last.

Every schema that is not PostgreSQL's own is read, so that what nobody declared is found too. Privileges are put in order:
a database that was migrated step by step has the same ones in another.
"""

from typing import Final, LiteralString

SNAPSHOT: Final[LiteralString] = r"""
with ours as materialized (
  select n.oid, n.nspname from pg_catalog.pg_namespace n
  where n.nspname not in ('pg_catalog', 'pg_toast', 'information_schema') and n.nspname !~ '^pg_(toast_)?temp_[0-9]+$'),
-- What an extension made belongs to whoever is superuser here, under numbers of its own: read as one, without either.
made as materialized (
  select d.objid, d.classid, e.extname from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid
  where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e'),
rel as materialized (
  select c.*, c.xmin as written, o.nspname || '.' || c.relname as name from pg_catalog.pg_class c join ours o on o.oid = c.relnamespace),
found (kind, name, definition, mark) as (
  select 'schema', n.nspname::text, concat_ws(' ', pg_catalog.pg_get_userbyid(n.nspowner),
      n.nspacl is null, (select pg_catalog.string_agg(acl::text, ',' order by acl::text collate "C") from pg_catalog.unnest(n.nspacl) acl)), n.xmin::text
  from pg_catalog.pg_namespace n join ours o on o.oid = n.oid
  union all
  select 'relation', r.name, concat_ws(' ', r.relkind, pg_catalog.pg_get_userbyid(r.relowner),
      r.relacl is null, (select pg_catalog.string_agg(acl::text, ',' order by acl::text collate "C") from pg_catalog.unnest(r.relacl) acl), r.relrowsecurity, r.relforcerowsecurity,
      r.reloptions, r.relpersistence, r.relreplident, case when r.relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(r.oid) end),
    case when r.relkind in ('r', 'v', 'p') then r.written::text || '/' || r.relfilenode end
  from rel r where r.relkind in ('r', 'v', 'm', 'S', 'p', 'f')
  union all
  select 'column', r.name || '.' || a.attname, concat_ws(' ', pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
      a.attacl is null, (select pg_catalog.string_agg(acl::text, ',' order by acl::text collate "C") from pg_catalog.unnest(a.attacl) acl), a.attnum, pg_catalog.pg_get_expr(d.adbin, d.adrelid)), a.xmin::text
  from rel r join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
  left join pg_catalog.pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum where r.relkind in ('r', 'p')
  union all
  select 'constraint', r.name || '.' || k.conname, concat_ws(' ', pg_catalog.pg_get_constraintdef(k.oid), k.convalidated, k.condeferrable, k.condeferred, k.conenforced), k.xmin::text
  from rel r join pg_catalog.pg_constraint k on k.conrelid = r.oid
  union all
  select 'index', r.name, concat_ws(' ', pg_catalog.pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready), null
  from rel r join pg_catalog.pg_index i on i.indexrelid = r.oid
  union all
  select 'trigger', r.name || '.' || t.tgname, concat_ws(' ', pg_catalog.pg_get_triggerdef(t.oid), t.tgenabled), t.xmin::text
  from rel r join pg_catalog.pg_trigger t on t.tgrelid = r.oid where not t.tgisinternal
  union all
  select 'foreign key trigger', r.name || '.' || coalesce(k.conname, '') || '.' || t.tgtype::text, t.tgenabled::text, t.xmin::text
  from rel r join pg_catalog.pg_trigger t on t.tgrelid = r.oid left join pg_catalog.pg_constraint k on k.oid = t.tgconstraint
  where t.tgisinternal
  union all
  select 'function', p.oid::regprocedure::text, concat_ws(' ', pg_catalog.pg_get_userbyid(p.proowner),
    p.proacl is null, (select pg_catalog.string_agg(acl::text, ',' order by acl::text collate "C") from pg_catalog.unnest(p.proacl) acl),
    case when p.prokind in ('f', 'p') then pg_catalog.pg_get_functiondef(p.oid) else p.prosrc end), p.xmin::text
  from pg_catalog.pg_proc p join ours o on o.oid = p.pronamespace
  where p.oid not in (select m.objid from made m where m.classid = 'pg_catalog.pg_proc'::regclass)
  union all
  select 'policy', r.name || '.' || p.polname, concat_ws(' ', p.polcmd, p.polpermissive,
      (select pg_catalog.string_agg(case when m = 0 then 'public' else pg_catalog.pg_get_userbyid(m) end, ',' order by 1) from pg_catalog.unnest(p.polroles) m),
      pg_catalog.pg_get_expr(p.polqual, p.polrelid), '/', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)), p.xmin::text
  from rel r join pg_catalog.pg_policy p on p.polrelid = r.oid
  union all
  select 'rule', r.name || '.' || w.rulename, pg_catalog.pg_get_ruledef(w.oid), w.xmin::text
  from rel r join pg_catalog.pg_rewrite w on w.ev_class = r.oid where w.rulename <> '_RETURN'
  union all
  select 'event trigger', e.evtname::text, concat_ws(' ', e.evtevent, e.evtenabled, e.evttags, e.evtfoid::regprocedure), e.xmin::text
  from pg_catalog.pg_event_trigger e
  union all
  select 'event trigger owner', e.evtname::text, pg_catalog.pg_get_userbyid(e.evtowner)::text, null from pg_catalog.pg_event_trigger e
  union all
  select 'default privileges', pg_catalog.pg_get_userbyid(d.defaclrole) || '.' || coalesce(n.nspname, '*') || '.' || d.defaclobjtype::text,
      (select pg_catalog.string_agg(acl::text, ',' order by acl::text collate "C") from pg_catalog.unnest(d.defaclacl) acl), d.xmin::text
  from pg_catalog.pg_default_acl d left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
  union all
  select 'type', o.nspname || '.' || t.typname, concat_ws(' ', t.typtype, pg_catalog.pg_get_userbyid(t.typowner),
      (select pg_catalog.string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid)), t.xmin::text
  from pg_catalog.pg_type t join ours o on o.oid = t.typnamespace where t.typtype in ('d', 'e', 'r', 'm') or t.typtype = 'c' and t.typrelid in (select c.oid from pg_catalog.pg_class c where c.relkind = 'c')
  union all
  select 'cast', c.oid::text, concat_ws(' ', c.castsource::regtype, c.casttarget::regtype, c.castfunc), c.xmin::text from pg_catalog.pg_cast c where c.oid >= 16384
  union all
  select 'operator', o.oid::text, o.oid::regoperator::text, o.xmin::text from pg_catalog.pg_operator o
  where o.oid >= 16384 and o.oid not in (select m.objid from made m where m.classid = 'pg_catalog.pg_operator'::regclass)
  union all
  select 'extension functions', m.extname::text, pg_catalog.string_agg(concat_ws(' ', p.oid::regprocedure, p.prosrc, p.probin, p.provolatile,
      p.prosecdef, p.proleakproof, p.proconfig, p.proacl is null), ',' order by p.oid::regprocedure::text collate "C"),
    pg_catalog.md5(pg_catalog.string_agg(p.xmin::text, ',' order by p.oid))
  from made m join pg_catalog.pg_proc p on p.oid = m.objid and m.classid = 'pg_catalog.pg_proc'::regclass group by m.extname
  union all
  select 'extension operators', m.extname::text, pg_catalog.string_agg(concat_ws(' ', o.oid::regoperator, o.oprcode), ',' order by o.oid::regoperator::text collate "C"),
    pg_catalog.md5(pg_catalog.string_agg(o.xmin::text, ',' order by o.oid))
  from made m join pg_catalog.pg_operator o on o.oid = m.objid and m.classid = 'pg_catalog.pg_operator'::regclass group by m.extname
  union all
  select 'system function', p.oid::regprocedure::text, p.prosrc, p.xmin::text from pg_catalog.pg_proc p
  where p.pronamespace = 'pg_catalog'::regnamespace and p.oid >= 16384
  union all
  -- What PostgreSQL brings along is the same for ever: whoever gives clock_timestamp() another body moves every wedding.
  select 'built in', 'functions', null, pg_catalog.md5(pg_catalog.string_agg(concat_ws(' ', p.oid, p.xmin, p.proname, p.prosrc, p.proacl), ',' order by p.oid))
  from pg_catalog.pg_proc p where p.oid < 16384
  union all
  select 'built in', 'operators', null, pg_catalog.md5(pg_catalog.string_agg(concat_ws(' ', o.oid, o.xmin, o.oprcode), ',' order by o.oid))
  from pg_catalog.pg_operator o where o.oid < 16384
  union all
  select 'built in', 'casts', null, pg_catalog.md5(pg_catalog.string_agg(concat_ws(' ', c.oid, c.xmin, c.castfunc), ',' order by c.oid))
  from pg_catalog.pg_cast c where c.oid < 16384
  union all
  select 'extension', e.extname::text, e.extversion::text, e.xmin::text from pg_catalog.pg_extension e
  union all
  select 'publication', p.pubname::text, concat_ws(' ', pg_catalog.pg_get_userbyid(p.pubowner), p.puballtables, p.pubinsert), p.xmin::text from pg_catalog.pg_publication p
  union all
  select 'subscription', s.subname::text, pg_catalog.pg_get_userbyid(s.subowner)::text, null
  from pg_catalog.pg_subscription s where s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
  union all
  select 'database', 'here', concat_ws(' ', pg_catalog.pg_get_userbyid(d.datdba), d.datallowconn,
      d.datacl is null, (select pg_catalog.string_agg(acl::text, ',' order by acl::text collate "C") from pg_catalog.unnest(d.datacl) acl)), null
  from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()
  union all
  select 'role', r.rolname::text, concat_ws(' ', r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolreplication, r.rolbypassrls, r.rolconnlimit), null
  from pg_catalog.pg_roles r where r.rolname in ('wedsync_owner', 'wedsync_guard', 'wedsync_app', 'wedsync_worker', 'wedsync_migrator', 'wedsync_keeper', 'wedsync_backup')
  union all
  select 'role setting', coalesce(r.rolname, '*') || case when s.setdatabase = 0 then '' else ' here' end, pg_catalog.array_to_string(s.setconfig, ' '), null
  from pg_catalog.pg_db_role_setting s left join pg_catalog.pg_roles r on r.oid = s.setrole
  where (s.setrole = 0 or r.rolname like 'wedsync\_%') and s.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
  union all
  select 'superuser setting', r.rolname || case when s.setdatabase = 0 then '' else ' here' end, pg_catalog.array_to_string(s.setconfig, ' '), null
  from pg_catalog.pg_db_role_setting s join pg_catalog.pg_roles r on r.oid = s.setrole
  where r.rolsuper and s.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
  union all
  select 'superuser', r.rolname::text, concat_ws(' ', r.rolsuper, r.rolbypassrls, r.rolreplication, r.rolcreaterole), null
  from pg_catalog.pg_roles r where r.rolsuper or r.rolbypassrls or r.rolreplication or r.rolcreaterole
  union all
  select 'membership', pg_catalog.pg_get_userbyid(m.member) || ' in ' || pg_catalog.pg_get_userbyid(m.roleid), concat_ws(' ', m.admin_option, m.inherit_option, m.set_option), null
  from pg_catalog.pg_auth_members m
  join pg_catalog.pg_roles r on r.oid = m.roleid
  -- Whoever may become a superuser, or do what one does outside of SQL, is one.
  where r.rolname like 'wedsync\_%' or pg_catalog.pg_get_userbyid(m.member) like 'wedsync\_%'
     or r.rolsuper or r.rolbypassrls or r.rolcreaterole
     or r.rolname like 'pg\_%' and pg_catalog.pg_get_userbyid(m.member) not like 'pg\_%'
  union all
  -- What each installation decides for itself, once; only what whoever looks may read.
  select 'server setting', s.name, s.setting, null from pg_catalog.pg_settings s
  where s.name in ('local_preload_libraries', 'log_statement', 'password_encryption', 'ssl', 'synchronous_commit')
  union all
  select 'reference row', r.name, r.definition, null from app.reference_rows() r
  union all
  select 'setting', s.name, s.setting, null from pg_catalog.pg_settings s
  where s.name in ('session_replication_role', 'event_triggers', 'row_security', 'allow_system_table_mods', 'fsync', 'full_page_writes', 'ignore_system_indexes')
)
select f.kind, f.name, pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(coalesce(f.definition, ''), 'UTF8')), 'hex'), 32) as definition, coalesce(f.mark, '') as mark
from found f
order by f.kind collate "C", f.name collate "C", 3"""
