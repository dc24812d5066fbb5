package dev.cdcpipeline.examples.hermet;

import dev.cdcpipeline.change.RecordColumn;
import dev.cdcpipeline.change.SourceTable;
import java.util.stream.Collectors;

/** The views of the read model, and the query over the sources that says what each must hold. */
enum View {
    USERS("biz_user_view", "shard, id", mirrored(ChatTables.USERS)),
    CHANNELS("channel_view", "shard, id", mirrored(ChatTables.CHANNELS)),
    MEMBERS("channel_member_view", "shard, channel_id, user_id", mirrored(ChatTables.MEMBERS)),
    FRIENDSHIPS("friendship_view", "shard, user_id, friend_id", mirrored(ChatTables.FRIENDSHIPS)),
    CONTACTS("contact_view", "user_id, friend_id", """
            select f.user_id, f.friend_id, f.remark, f.labels, f.closeness, u.nickname as friend_nickname,
                   u.avatar_url as friend_avatar_url, u.status as friend_status, u.verified as friend_verified
            from friendship f left join biz_user u on u.id = f.friend_id"""),
    CONVERSATIONS("user_conversation_view", "user_id, channel_id", """
            select m.user_id, m.channel_id, c.type as channel_type,
                   case when c.type = 'direct' then peer.nickname else c.name end as title,
                   case when c.type = 'direct' then p.peer_id end as peer_id,
                   peer.nickname as peer_nickname, peer.avatar_url as peer_avatar_url, peer.status as peer_status,
                   m.role, m.muted, greatest(c.message_count - m.read_count, 0) as unread,
                   c.last_message, c.last_message_at
            from channel_member m
            join channel c on c.id = m.channel_id
            left join (
                select a.channel_id, a.user_id, min(b.user_id) as peer_id
                from channel_member a join channel_member b on b.channel_id = a.channel_id and b.user_id <> a.user_id
                group by a.channel_id, a.user_id) p on p.channel_id = m.channel_id and p.user_id = m.user_id
            left join biz_user peer on c.type = 'direct' and peer.id = p.peer_id""");

    private final String table;
    private final String key;
    private final String definition;

    View(String table, String key, String definition) {
        this.table = table;
        this.key = key;
        this.definition = definition;
    }

    private static String mirrored(SourceTable<?> source) {
        return source.columns().stream()
                .map(RecordColumn::column)
                .collect(Collectors.joining(", ", "select shard, ", " from " + source.name()));
    }

    /** Its table in the read model. */
    String table() {
        return table;
    }

    /** Key and whole row as text, in the order of the key, as the sources say. */
    String expectedRows() {
        return rows(definition);
    }

    /** The same, as the read model says. */
    String actualRows() {
        return rows("select * from " + table);
    }

    private String rows(String query) {
        return "select concat_ws('/', " + key + ") collate \"C\", q::text from (" + query + ") q order by 1";
    }
}
