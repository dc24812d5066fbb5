package dev.cdcpipeline.examples.hermet;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** What people do with channels as a whole. */
final class ChannelActions {
    private static final String JOIN =
            "insert into channel_member (channel_id, user_id, role) values (?, ?, ?::member_role) on conflict do nothing";

    static final List<ChatAction> ALL = List.of(
            new ChatAction("message posted", 1500, ChannelActions::postMessage),
            new ChatAction("channel renamed", 100, ChannelActions::rename),
            new ChatAction("direct channel opened", 150, ChannelActions::openDirect),
            new ChatAction("group made", 40, ChannelActions::makeGroup),
            new ChatAction("group given up at once", 40, ChannelActions::makeAndRemoveGroup),
            new ChatAction("direct channel made a group", 25, ChannelActions::changeType),
            new ChatAction("channel deleted", 60, ChannelActions::delete),
            new ChatAction("channel got another id", 25, ChannelActions::changeId));

    private ChannelActions() {}

    /** Two rows that must agree: the sender has read what they wrote. */
    private static void postMessage(Handle chat, Dice dice) {
        long channel = dice.channel();
        chat.execute("""
                update channel set message_count = message_count + 1, last_message = ?, last_message_at = localtimestamp
                where id = ?""", dice.sentence(), channel);
        chat.execute("""
                update channel_member m set read_count = c.message_count, last_read_at = now() from channel c
                where c.id = m.channel_id and m.channel_id = ? and m.role = 'owner'""", channel);
    }

    private static void rename(Handle chat, Dice dice) {
        chat.execute("""
                update channel set name = ?, archived = ?, pinned = pinned || ?::bigint, settings = settings || '{"named": true}'
                where id = ? and type <> 'direct'""", dice.sentence(), dice.chance(0.2), dice.below(1_000_000), dice.channel());
    }

    private static long open(Handle chat, Dice dice, String type, long owner) {
        long id = chat.select(
                        "insert into channel (type, name, owner_id) values (?::channel_type, ?, ?) returning id",
                        type,
                        type.equals("direct") ? null : dice.sentence(),
                        owner)
                .mapTo(Long.class)
                .one();
        chat.execute(JOIN, id, owner, "owner");
        return id;
    }

    private static void openDirect(Handle chat, Dice dice) {
        long channel = open(chat, dice, "direct", dice.ownUser());
        chat.execute(JOIN, channel, dice.anyUser(), "member");
    }

    private static long makeGroup(Handle chat, Dice dice) {
        long channel = open(chat, dice, "group", dice.ownUser());
        for (int i = 2 + dice.below(10); i > 0; i--) {
            chat.execute(JOIN, channel, dice.anyUser(), dice.chance(0.1) ? "admin" : "guest");
        }
        return channel;
    }

    private static void makeAndRemoveGroup(Handle chat, Dice dice) {
        chat.execute("delete from channel where id = ?", makeGroup(chat, dice));
    }

    private static void changeType(Handle chat, Dice dice) {
        chat.execute(
                "update channel set type = case type when 'direct' then 'group' else 'direct' end::channel_type, name = ?"
                        + " where id = ? and type <> 'broadcast'",
                dice.sentence(),
                dice.channel());
    }

    /** The members go with it. */
    private static void delete(Handle chat, Dice dice) {
        chat.execute("delete from channel where id = ?", dice.channel());
    }

    /** The keys of its members change with it. */
    private static void changeId(Handle chat, Dice dice) {
        chat.execute("update channel set id = nextval('channel_id') where id = ?", dice.channel());
    }
}
