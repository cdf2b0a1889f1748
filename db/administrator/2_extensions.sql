-- What PostgreSQL brings along for searching, in a schema of its own, where nobody who signs in looks. Both are trusted:
-- whoever owns the database may create them, on managed services too.
create schema if not exists search authorization wedsync_guard;
comment on schema search is 'Operators of PostgreSQL''s own extensions, by which the guard searches.';
create extension if not exists pg_trgm schema search;     -- words that are alike
create extension if not exists btree_gin schema search;   -- a business and its words in one index
grant usage on schema search to wedsync_owner;
