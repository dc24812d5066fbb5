-- What the shard holds before the pipeline sees it: {users} users and what belongs to them.
insert into biz_user (nickname, email, avatar_url, status, verified, birthday, tags, preferences, credit, bio, created_at)
select (array['Ada', 'Bo', 'Chiara', 'Dmitri', 'Eve', 'Femi', 'Grace', 'Hiro', 'Inês', 'Jan', '小红', 'Liu'])[1 + i % 12]
           || ' ' || (array['Almeida', 'Brandt', 'Chen', 'Dubois', 'Eze', 'Fischer', 'García', 'Haddad', 'O''Neill'])[1 + i % 9],
       case when i % 7 > 0 then 'user' || i || '@{shard}.example.com' end,
       case when i % 3 > 0 then 'https://img.example.com/' || md5(i::text) || '.webp' end,
       (enum_range(null::user_status))[1 + i % 4],
       i % 5 = 0,
       case when i % 4 > 0 then date '1960-01-01' + (i * 37) % 16000 end,
       case when i % 2 = 0 then array['beta', 'team ' || i % 20] else '{}' end,
       jsonb_build_object('lang', (array['en', 'de', 'pt', 'zh'])[1 + i % 4], 'theme', i % 2, 'sound', i % 3 = 0),
       (i * 7919) % 100000 / 100.0,
       case when i % 40 = 0 then (select string_agg(md5((i * x)::text), ' ') from generate_series(1, 120) x)
            when i % 3 = 0 then 'Joined early; "quotes", \backslashes\ and {braces}.' end,
       now() - i * interval '7 minutes'
from generate_series(1, {users}) i;

insert into channel (type, name, owner_id, settings, pinned, member_limit, message_count, last_message, last_message_at)
select t.type::channel_type,
       case when t.type <> 'direct' then 'Channel ' || i end,
       {first} + 2 * (i % {users}),
       jsonb_build_object('retention_days', 30 * (i % 12)),
       case when i % 6 = 0 then array[i, null, i + 1]::bigint[] end,
       case when t.type = 'group' then 500 end,
       i % 300,
       case when i % 300 > 0 then 'message ' || i % 300 end,
       case when i % 300 > 0 then localtimestamp - i * interval '13 seconds' end
from generate_series(1, {users} / 2) i
cross join lateral (select case when i % 200 = 0 then 'broadcast' when i % 5 = 0 then 'group' else 'direct' end) t(type);

insert into channel_member (channel_id, user_id, role, read_count, last_read_at)
select id, owner_id, 'owner', message_count, created_at from channel;

insert into channel_member (channel_id, user_id, read_count, muted, quiet_from)
select c.id, 1 + floor(random() * 2 * {users}), c.message_count / 2, random() < 0.1,
       case when random() < 0.2 then time '22:00' + random() * interval '1 hour' end
from channel c
cross join lateral generate_series(1, case c.type when 'direct' then 1 when 'group' then 3 + c.id % 11 else 60 end) n
on conflict do nothing;

insert into friendship (user_id, friend_id, remark, labels, closeness, met_on)
select u.id, 1 + floor(random() * 2 * {users}),
       case when random() < 0.5 then 'friend of user ' || u.id end,
       case when random() < 0.3 then array['work', null, 'a "label", quoted'] end,
       random(),
       case when random() < 0.8 then current_date - floor(random() * 4000)::integer end
from biz_user u
cross join generate_series(1, 2) n
on conflict do nothing;

analyze;
