package dev.cdcpipeline.examples.hermet;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import java.util.Objects;
import org.jdbi.v3.core.Handle;

/**
 * Keeps {@code contact_view}: each friendship with what a contact list shows of the friend, who may live in another shard.
 *
 * <p>No change is trusted to tell the whole story, because a friendship and its friend arrive in any order. Each change only
 * says which rows of the view may be different now, and these are computed again from the mirrored tables. The upsert
 * projections of the same target run first, so the mirrors show this batch as a whole: a handler called for the first of two
 * changes of a row computes what is right after the second, and the second finds nothing to do.
 */
final class ContactView {

    static final String REFRESH_CONTACT = ViewLock.CONTACTS.before("""
            merge into contact_view v
            using (
                select k.user_id, k.friend_id, f.user_id is not null as present, f.remark, f.labels, f.closeness,
                       u.nickname, u.avatar_url, u.status, u.verified
                from (select cast(? as bigint) as user_id, cast(? as bigint) as friend_id) k
                left join friendship_view f on f.user_id = k.user_id and f.friend_id = k.friend_id
                left join biz_user_view u on u.id = k.friend_id
            ) n
            on v.user_id = n.user_id and v.friend_id = n.friend_id
            when matched and not n.present then delete
            when matched then update set
                remark = n.remark, labels = n.labels, closeness = n.closeness, friend_nickname = n.nickname,
                friend_avatar_url = n.avatar_url, friend_status = n.status, friend_verified = n.verified
            when not matched and n.present then
                insert (user_id, friend_id, remark, labels, closeness,
                        friend_nickname, friend_avatar_url, friend_status, friend_verified)
                values (n.user_id, n.friend_id, n.remark, n.labels, n.closeness,
                        n.nickname, n.avatar_url, n.status, n.verified)""");

    /** A user that is gone, or not here yet, is shown by nulls. */
    static final String REFRESH_FRIEND = ViewLock.CONTACTS.before("""
            update contact_view v
            set friend_nickname = u.nickname, friend_avatar_url = u.avatar_url, friend_status = u.status,
                friend_verified = u.verified
            from (select cast(? as bigint) as id) k left join biz_user_view u on u.id = k.id
            where v.friend_id = k.id
              and (v.friend_nickname, v.friend_avatar_url, v.friend_status, v.friend_verified)
                  is distinct from (u.nickname, u.avatar_url, u.status, u.verified)""");

    private ContactView() {}

    static HandlerProjection projection() {
        return HandlerProjection.named("contact_view")
                .on(ChatTables.FRIENDSHIPS, ContactView::friendshipChanged)
                .on(ChatTables.USERS, ContactView::userChanged);
    }

    private static void friendshipChanged(Change<ChatTables.Friendship> change, Handle handle) {
        Row key = Objects.requireNonNull(change.key(), "the chat never truncates a table");
        handle.execute(REFRESH_CONTACT, key.value("user_id"), key.value("friend_id"));
    }

    private static void userChanged(Change<ChatTables.BizUser> change, Handle handle) {
        Row key = Objects.requireNonNull(change.key(), "the chat never truncates a table");
        handle.execute(REFRESH_FRIEND, key.value("id"));
    }
}
