package dev.cdcpipeline.examples.hermet;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import java.util.Objects;
import org.jdbi.v3.core.Handle;

/**
 * Keeps {@code user_conversation_view}: each membership with what a list of conversations shows of its channel and, in a
 * direct channel, of the peer. A user's new nickname reaches the conversations of every peer.
 *
 * <p>Computed again from the mirrored tables, like {@link ContactView}. A channel and its members are of one shard; their
 * users may be of another.
 */
final class ConversationView {

    /** Begins with a table {@code k} of the keys that may be different now, see the two queries below. */
    private static final String REFRESH = """
            merge into user_conversation_view v
            using (
                select k.user_id, k.channel_id, m.user_id is not null as present, c.type, p.user_id as peer_id,
                       case when c.type = 'direct' then u.nickname else c.name end as title,
                       u.nickname, u.avatar_url, u.status, m.role, m.muted,
                       greatest(c.message_count - m.read_count, 0) as unread, c.last_message, c.last_message_at
                from k
                left join channel_member_view m on m.channel_id = k.channel_id and m.user_id = k.user_id
                left join channel_view c on c.id = k.channel_id
                left join lateral (
                    select min(o.user_id) as user_id from channel_member_view o
                    where o.channel_id = k.channel_id and o.user_id <> k.user_id) p on c.type = 'direct'
                left join biz_user_view u on u.id = p.user_id
            ) n
            on v.user_id = n.user_id and v.channel_id = n.channel_id
            when matched and not n.present then delete
            when matched then update set
                channel_type = n.type, title = n.title, peer_id = n.peer_id, peer_nickname = n.nickname,
                peer_avatar_url = n.avatar_url, peer_status = n.status, role = n.role, muted = n.muted,
                unread = n.unread, last_message = n.last_message, last_message_at = n.last_message_at
            when not matched and n.present then
                insert (user_id, channel_id, channel_type, title, peer_id, peer_nickname, peer_avatar_url, peer_status,
                        role, muted, unread, last_message, last_message_at)
                values (n.user_id, n.channel_id, n.type, n.title, n.peer_id, n.nickname, n.avatar_url, n.status,
                        n.role, n.muted, n.unread, n.last_message, n.last_message_at)""";

    /** A membership, and in a direct channel also that of the peer, who sees this one. */
    private static final String REFRESH_MEMBER = ViewLock.CONVERSATIONS.before("""
            with changed as (select cast(? as bigint) as channel_id, cast(? as bigint) as user_id),
            k as (
                select user_id, channel_id from changed
                union
                select m.user_id, m.channel_id from changed
                join channel_view c on c.id = changed.channel_id and c.type = 'direct'
                join channel_member_view m on m.channel_id = c.id
            )
            """ + REFRESH);

    private static final String REFRESH_CHANNEL = ViewLock.CONVERSATIONS.before("""
            with k as (select user_id, channel_id from channel_member_view where channel_id = ?)
            """ + REFRESH);

    private static final String REFRESH_PEER = ViewLock.CONVERSATIONS.before("""
            update user_conversation_view v
            set title = u.nickname, peer_nickname = u.nickname, peer_avatar_url = u.avatar_url, peer_status = u.status
            from (select cast(? as bigint) as id) k left join biz_user_view u on u.id = k.id
            where v.peer_id = k.id
              and (v.peer_nickname, v.peer_avatar_url, v.peer_status) is distinct from (u.nickname, u.avatar_url, u.status)""");

    private ConversationView() {}

    static HandlerProjection projection() {
        return HandlerProjection.named("user_conversation_view")
                .on(ChatTables.CHANNELS, (change, handle) -> refresh(REFRESH_CHANNEL, change, handle, "id"))
                .on(
                        ChatTables.MEMBERS,
                        (change, handle) -> refresh(REFRESH_MEMBER, change, handle, "channel_id", "user_id"))
                .on(ChatTables.USERS, (change, handle) -> refresh(REFRESH_PEER, change, handle, "id"));
    }

    private static void refresh(String sql, Change<?> change, Handle handle, String... columns) {
        Row key = Objects.requireNonNull(change.key(), "the chat never truncates a table");
        Object[] values = new Object[columns.length];
        for (int i = 0; i < columns.length; i++) {
            values[i] = key.value(columns[i]);
        }
        handle.execute(sql, values);
    }
}
