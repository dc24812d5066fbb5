package dev.cdcpipeline.examples.hermet;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** What people do with their contacts. */
final class FriendshipActions {
    static final String BEFRIEND =
            "insert into friendship (user_id, friend_id, remark) values (?, ?, ?) on conflict do nothing";
    /** One friend of a user. */
    private static final String FRIEND =
            "friend_id = (select friend_id from friendship where user_id = ? order by md5(friend_id::text) limit 1)";

    static final List<ChatAction> ALL = List.of(
            new ChatAction("friend found", 250, FriendshipActions::befriend),
            new ChatAction("remark changed", 200, FriendshipActions::changeRemark),
            new ChatAction("friend lost", 150, FriendshipActions::unfriend),
            new ChatAction("friend lost and found again", 25, FriendshipActions::makeUp),
            new ChatAction("friend replaced", 50, FriendshipActions::replace));

    private FriendshipActions() {}

    private static void befriend(Handle chat, Dice dice) {
        chat.execute(BEFRIEND, dice.ownUser(), dice.anyUser(), dice.sentence());
    }

    private static void changeRemark(Handle chat, Dice dice) {
        long user = dice.ownUser();
        chat.execute(
                "update friendship set remark = nullif(?, 'ok'), closeness = closeness / 3, labels = array[?, null]"
                        + " where user_id = ? and " + FRIEND,
                dice.sentence(),
                dice.sentence(),
                user,
                user);
    }

    private static void unfriend(Handle chat, Dice dice) {
        long user = dice.ownUser();
        chat.execute("delete from friendship where user_id = ? and " + FRIEND, user, user);
    }

    private static void makeUp(Handle chat, Dice dice) {
        long user = dice.ownUser();
        long friend = dice.anyUser();
        chat.execute("delete from friendship where user_id = ? and friend_id = ?", user, friend);
        chat.execute(BEFRIEND, user, friend, dice.sentence());
    }

    /** Changes the primary key; refused if the other one is a friend already. */
    private static void replace(Handle chat, Dice dice) {
        long user = dice.ownUser();
        chat.execute("update friendship set friend_id = ? where user_id = ? and " + FRIEND, dice.anyUser(), user, user);
    }
}
