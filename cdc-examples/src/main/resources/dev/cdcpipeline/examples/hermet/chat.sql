-- The write side: one shard of the chat application. Ids are unique over all shards: {first}, {first} + 2, ...
create type user_status as enum ('online', 'away', 'busy', 'offline', 'deactivated');
create type channel_type as enum ('direct', 'group', 'broadcast');
create type member_role as enum ('owner', 'admin', 'member', 'guest');

create sequence user_id start with {first} increment by 2;
create sequence channel_id start with {first} increment by 2;

create table biz_user (
    id bigint primary key default nextval('user_id'),
    uid uuid not null default gen_random_uuid(),
    nickname text not null,
    email varchar(120),
    avatar_url text,
    status user_status not null default 'offline',
    verified boolean not null default false,
    birthday date,
    tags text[] not null default '{}',
    preferences jsonb not null default '{}',
    credit numeric(12, 2) not null default 0,
    bio text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
-- A long bio is stored out of line, so that an update of another column does not send it.
alter table biz_user alter column bio set storage external;

create table channel (
    id bigint primary key default nextval('channel_id'),
    type channel_type not null,
    name text,
    owner_id bigint not null,
    settings jsonb not null default '{}',
    pinned bigint[],
    archived boolean not null default false,
    member_limit smallint,
    message_count bigint not null default 0,
    last_message text,
    last_message_at timestamp(3),
    created_at timestamptz not null default now()
);

-- Beside its channel; the user may live in the other shard.
create table channel_member (
    channel_id bigint not null references channel on update cascade on delete cascade,
    user_id bigint not null,
    role member_role not null default 'member',
    read_count bigint not null default 0,
    last_read_at timestamptz,
    muted boolean not null default false,
    quiet_from time,
    notify_level integer not null default 1,
    joined_at timestamptz not null default now(),
    primary key (channel_id, user_id)
);

-- Beside the user; the friend may live in the other shard.
create table friendship (
    user_id bigint not null,
    friend_id bigint not null,
    remark text,
    labels text[],
    closeness double precision not null default 0.5,
    met_on date,
    created_at timestamptz not null default now(),
    primary key (user_id, friend_id)
);
create index on friendship (friend_id);
