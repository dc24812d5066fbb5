package dev.cdcpipeline.examples.hermet;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** What people do as members of a channel. */
final class MemberActions {
    /** One member of a channel, by a number that picks it. */
    private static final String MEMBER = "user_id = (select user_id from channel_member where channel_id = ?"
            + " order by md5(user_id::text || ?) limit 1)";

    static final List<ChatAction> ALL = List.of(
            new ChatAction("messages read", 750, MemberActions::read),
            new ChatAction("channel muted", 150, MemberActions::mute),
            new ChatAction("channel joined", 150, MemberActions::join),
            new ChatAction("channel left", 125, MemberActions::leave),
            new ChatAction("member replaced", 50, MemberActions::replace));

    private MemberActions() {}

    private static void read(Handle chat, Dice dice) {
        long channel = dice.channel();
        chat.execute("""
                update channel_member
                set read_count = (select message_count from channel where id = channel_id), last_read_at = now()
                where channel_id = ? and\s""" + MEMBER, channel, channel, dice.below(100));
    }

    private static void mute(Handle chat, Dice dice) {
        long channel = dice.channel();
        chat.execute("""
                update channel_member set muted = not muted, quiet_from = case when muted then null else localtime end,
                    notify_level = notify_level % 5 + 1
                where channel_id = ? and\s""" + MEMBER, channel, channel, dice.below(100));
    }

    private static void join(Handle chat, Dice dice) {
        chat.execute("""
                insert into channel_member (channel_id, user_id, role) select id, ?, 'member' from channel where id = ?
                on conflict do nothing""", dice.anyUser(), dice.channel());
    }

    private static void leave(Handle chat, Dice dice) {
        long channel = dice.channel();
        chat.execute(
                "delete from channel_member where channel_id = ? and " + MEMBER, channel, channel, dice.below(100));
    }

    /** Changes the primary key; refused if the other one is a member already. */
    private static void replace(Handle chat, Dice dice) {
        long channel = dice.channel();
        chat.execute(
                "update channel_member set user_id = ? where channel_id = ? and " + MEMBER,
                dice.anyUser(),
                channel,
                channel,
                dice.below(100));
    }
}
