package dev.cdcpipeline.examples.hermet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A friendship from one shard and a nickname from the other, in transactions that overlap. */
class ViewLockIT {
    private TestDatabase readModel;
    private Handle db0;
    private Handle db1;

    @BeforeEach
    void create() {
        readModel = PostgresSource.shared().freshDatabase("read_model");
        readModel.execute(Databases.resource("read-model.sql"), """
                insert into biz_user_view
                select 'db1', 7, gen_random_uuid(), 'old', null, null, 'online', true, null, '{}', '{}', 0, null, now(), now()""");
        db0 = Jdbi.create(readModel.dataSource()).open().begin();
        db1 = Jdbi.create(readModel.dataSource()).open().begin();
        db0.execute("insert into friendship_view values ('db0', 2, 7, null, null, 0.5, null, now())");
        db1.execute("update biz_user_view set nickname = 'new' where id = 7");
    }

    @AfterEach
    void drop() {
        db0.close();
        db1.close();
        readModel.close();
    }

    @Test
    void the_contact_has_the_new_nickname_if_the_friendship_is_first() {
        refreshContact();
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> refreshFriendAndCommit());
        awaitLock();
        db0.commit();
        second.join();
        assertNicknameIsNew();
    }

    @Test
    void the_contact_has_the_new_nickname_if_the_nickname_is_first() {
        db1.execute(ContactView.REFRESH_FRIEND, 7L);
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> {
            refreshContact();
            db0.commit();
        });
        awaitLock();
        db1.commit();
        second.join();
        assertNicknameIsNew();
    }

    private void refreshContact() {
        db0.execute(ContactView.REFRESH_CONTACT, 2L, 7L);
    }

    private void refreshFriendAndCommit() {
        db1.execute(ContactView.REFRESH_FRIEND, 7L);
        db1.commit();
    }

    private void awaitLock() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> readModel.queryLong(
                                "select count(*) from pg_locks where locktype = 'advisory' and not granted"
                                        + " and database = (select oid from pg_database where datname = current_database())")
                        == 1);
    }

    private void assertNicknameIsNew() {
        assertThat(readModel.queryString("select friend_nickname from contact_view"))
                .isEqualTo("new");
    }
}
