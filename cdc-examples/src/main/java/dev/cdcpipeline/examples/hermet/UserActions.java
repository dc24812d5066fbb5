package dev.cdcpipeline.examples.hermet;

import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/** What people do with their own account. */
final class UserActions {
    private static final List<ChatTables.UserStatus> STATUSES = List.of(ChatTables.UserStatus.values());

    static final List<ChatAction> ALL = List.of(
            new ChatAction("nickname changed", 400, UserActions::changeNickname),
            new ChatAction("status changed", 400, UserActions::changeStatus),
            new ChatAction("profile changed", 150, UserActions::changeProfile),
            new ChatAction("bio rewritten", 25, UserActions::rewriteBio),
            new ChatAction("credit given", 150, UserActions::giveCredit),
            new ChatAction("user registered", 100, UserActions::register),
            new ChatAction("user left", 50, UserActions::leave),
            new ChatAction("user got another id", 25, UserActions::changeId));

    private UserActions() {}

    private static void changeNickname(Handle chat, Dice dice) {
        chat.execute(
                "update biz_user set nickname = ?, updated_at = now() where id = ?", dice.nickname(), dice.ownUser());
    }

    private static void changeStatus(Handle chat, Dice dice) {
        String status = dice.one(STATUSES).name().toLowerCase(Locale.ROOT);
        chat.execute("update biz_user set status = ?::user_status where id = ?", status, dice.ownUser());
    }

    private static void changeProfile(Handle chat, Dice dice) {
        chat.execute(
                """
                update biz_user
                set preferences = preferences || jsonb_build_object('theme', ?, 'note', ?), tags = array[?, 'beta'],
                    avatar_url = nullif(?, ''), birthday = case when ? then null else date '1970-01-01' + ? end
                where id = ?""",
                dice.below(9),
                dice.sentence(),
                dice.sentence(),
                dice.chance(0.2) ? "" : "https://img.example.com/" + dice.below(100_000) + ".webp",
                dice.chance(0.1),
                dice.below(12_000),
                dice.ownUser());
    }

    private static void rewriteBio(Handle chat, Dice dice) {
        chat.execute("update biz_user set bio = ? where id = ?", dice.bio(), dice.ownUser());
    }

    /** Two rows that must agree. */
    private static void giveCredit(Handle chat, Dice dice) {
        chat.execute("""
                update biz_user set credit = credit + case id when ? then 1.25 else -1.25 end
                where id in (select id from biz_user where id in (?, ?) order by id for update)
                  and (select count(*) from biz_user where id in (?, ?)) = 2""", pair(dice.ownUser(), dice.ownUser()));
    }

    private static Object[] pair(long giver, long taker) {
        return new Object[] {taker, giver, taker, giver, taker};
    }

    private static void register(Handle chat, Dice dice) {
        long id = chat.select(
                        "insert into biz_user (nickname, status) values (?, 'online') returning id", dice.nickname())
                .mapTo(Long.class)
                .one();
        for (int i = dice.below(4); i > 0; i--) {
            chat.execute(FriendshipActions.BEFRIEND, id, dice.anyUser(), dice.sentence());
        }
    }

    /** Memberships stay behind, as do friends in the other shard: their views show nulls. */
    private static void leave(Handle chat, Dice dice) {
        long id = dice.ownUser();
        chat.execute("delete from friendship where user_id = ?", id);
        chat.execute("delete from biz_user where id = ?", id);
    }

    private static void changeId(Handle chat, Dice dice) {
        chat.execute("""
                with new as (update biz_user set id = nextval('user_id') where id = ? returning id)
                update friendship set user_id = new.id from new where user_id = ?""", samePair(dice.ownUser()));
    }

    private static Object[] samePair(long id) {
        return new Object[] {id, id};
    }
}
