-- The read side. Four tables that mirror the sources of both shards ...
create table biz_user_view (
    shard text,
    id bigint,
    uid uuid not null,
    nickname text not null,
    email text,
    avatar_url text,
    status text not null,
    verified boolean not null,
    birthday date,
    tags text[] not null,
    preferences jsonb not null,
    credit numeric(12, 2) not null,
    bio text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (shard, id)
);
create index on biz_user_view (id);

create table channel_view (
    shard text,
    id bigint,
    type text not null,
    name text,
    owner_id bigint not null,
    settings jsonb not null,
    pinned bigint[],
    archived boolean not null,
    member_limit smallint,
    message_count bigint not null,
    last_message text,
    last_message_at timestamp,
    created_at timestamptz not null,
    primary key (shard, id)
);
create index on channel_view (id);

create table channel_member_view (
    shard text,
    channel_id bigint,
    user_id bigint,
    role text not null,
    read_count bigint not null,
    last_read_at timestamptz,
    muted boolean not null,
    quiet_from time,
    notify_level integer not null,
    joined_at timestamptz not null,
    primary key (shard, channel_id, user_id)
);
create index on channel_member_view (channel_id, user_id);

create table friendship_view (
    shard text,
    user_id bigint,
    friend_id bigint,
    remark text,
    labels text[],
    closeness double precision not null,
    met_on date,
    created_at timestamptz not null,
    primary key (shard, user_id, friend_id)
);
create index on friendship_view (user_id, friend_id);

-- ... and two that a screen is read from without a join. What has not arrived yet, from a table or a shard, is null.
create table contact_view (
    user_id bigint,
    friend_id bigint,
    remark text,
    labels text[],
    closeness double precision,
    friend_nickname text,
    friend_avatar_url text,
    friend_status text,
    friend_verified boolean,
    primary key (user_id, friend_id)
);
create index on contact_view (friend_id);

create table user_conversation_view (
    user_id bigint,
    channel_id bigint,
    channel_type text,
    title text,
    peer_id bigint,
    peer_nickname text,
    peer_avatar_url text,
    peer_status text,
    role text,
    muted boolean,
    unread bigint,
    last_message text,
    last_message_at timestamp,
    primary key (user_id, channel_id)
);
create index on user_conversation_view (peer_id);
