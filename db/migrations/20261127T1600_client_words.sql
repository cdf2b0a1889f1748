-- What a client is found by. It stands in indexes only: nothing is kept twice, and what is erased is gone from there too.
create function app.client_words(said text[], tags text[], ways text[], day date) returns tsvector language sql immutable parallel safe
  cost 1000
  return (
    select array_to_tsvector(coalesce(array_agg(distinct w.word), '{}'))
    from (
      select left(k.word, 50) as word
      from unnest(said || tags) s (said), string_to_table(app.name_key(left(s.said, 500)), ' ') k (word)
      where k.word <> ''
      union all
      select left(k.word, 50)
      from unnest(ways) v (way), string_to_table(app.name_key(split_part(v.way, '@', 1)), ' ') k (word)
      where v.way like '%@%' and k.word <> ''
      union all
      select '@' || left(lower(v.way), 254) from unnest(ways) v (way) where v.way like '%@%'
      union all
      select '+' || substr(v.way, b.begins)                  -- with its country's figures and without: one to three of them
      from unnest(ways) v (way), generate_series(2, 5) b (begins)
      where v.way like '+%' and v.way not like '%@%'
      union all
      select '=' || (extract(year from day) * 10000 + extract(month from day) * 100 + extract(day from day))::integer
      where day is not null) w);
comment on function app.client_words(text[], text[], text[], date) is 'Words of a client: what is said of it and its tags, small letters; @ with an address, + with figures of a telephone, = with its day.';
grant execute on function app.client_words(text[], text[], text[], date) to wedsync_app, wedsync_worker, wedsync_guard;
