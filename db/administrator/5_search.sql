-- Finding clients. No operator that searches words is leakproof, so that under a policy its index would stand idle: the guard
-- makes sure first that the actor may read this business's clients, and answers ids, which are read again under the policy.
select search.show_limit();   -- loads the library of pg_trgm: a setting that nobody knows is not kept with a function
set local role wedsync_guard;
set local check_function_bodies = off;

create or replace function app.find_clients(supplier uuid, words text, marks text[], most integer)
returns table (id uuid, nearness real)
language plpgsql stable security definer rows 100 set search_path = '' set plan_cache_mode = force_generic_plan
set pg_trgm.word_similarity_threshold = 0.4 as $$
declare
  typed text[] := array(
    select left(w.word, 50) from string_to_table(app.name_key(left(words, 500)), ' ') w (word) where w.word <> '' limit 20);
  key text := array_to_string(typed, ' ');
  has_words boolean := key <> '';
  sought tsquery := (
    select string_agg('(''' || replace(replace(replace(t.term, '\', '\\'), '''', ''''''), '|', ''':* | ''') || ''':*)', ' & ')::tsquery
    from unnest(typed || marks) t (term));
  -- A name that begins so comes first, by the index that orders the list; a mark is no part of a name.
  begins boolean := has_words and cardinality(marks) = 0;
  found integer;
begin
  if sought is null or not supplier = any (app.supplier_ids('clients', 'read')) then
    return;
  end if;
  return query
    (select c.id, 2::real
     from app.clients c
     where begins and c.supplier_id = supplier and c.delete_batch is null
       and c.sort_key >= key collate "C" and c.sort_key < (key || chr(1114111)) collate "C"
     order by c.sort_key, c.id
     limit most)
    union all
    (select c.id, 1::real
     from app.clients c
     where c.supplier_id = supplier and c.delete_batch is null
       and app.client_words(array[c.name, c.first_name, c.last_name, c.partner_first_name, c.partner_last_name, c.venue,
         c.company], c.tags, array[c.email, c.partner_email, c.phone, c.partner_phone], c.event_date) @@ sought
       and not (begins and c.sort_key >= key collate "C" and c.sort_key < (key || chr(1114111)) collate "C")
     limit most);
  get diagnostics found = row_count;
  -- Few have these words: names and venues that are alike follow, the nearest of those that come near.
  if found < 5 and begins and length(key) >= 3 then
    return query
      select n.id, least(n.nearness, 0.99)::real
      from (
        select a.id, max(a.nearness) as nearness
        from (
          (select c.id, search.word_similarity(key, c.sort_key) as nearness
           from app.clients c
           where c.supplier_id = supplier and c.delete_batch is null and c.sort_key operator(search.%>) key
           limit 2000)
          union all
          (select c.id, search.word_similarity(key, app.name_key(c.venue))
           from app.clients c
           where c.supplier_id = supplier and c.delete_batch is null and app.name_key(c.venue) operator(search.%>) key
           limit 1000)) a
        group by a.id
        order by max(a.nearness) desc, a.id
        limit 25) n
      join app.clients c on c.supplier_id = supplier and c.id = n.id
      where not app.client_words(array[c.name, c.first_name, c.last_name, c.partner_first_name, c.partner_last_name, c.venue,
        c.company], c.tags, array[c.email, c.partner_email, c.phone, c.partner_phone], c.event_date) @@ sought
      order by n.nearness desc
      limit 20;
  end if;
end $$;
comment on function app.find_clients(uuid, text, text[], integer) is 'Clients of a business that have words which begin like these: 2 where the name itself does, 1 otherwise, less where they are only alike.';
grant execute on function app.find_clients(uuid, text, text[], integer) to wedsync_app, wedsync_worker;
reset role;
