package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import dev.cdcpipeline.testkit.contract.BackfillStoreContract;
import dev.cdcpipeline.testkit.contract.ControlStoreContract;
import dev.cdcpipeline.testkit.contract.LetterOrderStoreContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** Orders, backfills and orders about dead letters in the home database; each call by another {@link JdbcOffsets}, as from another process. */
class JdbcControlIT {
    private TestDatabase database;

    @BeforeEach
    void create() {
        database = PostgresSource.shared().freshDatabase("control");
        JdbcOffsets.in(database.dataSource()).prepare();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private ControlStore another() {
        return JdbcOffsets.in(database.dataSource()).control();
    }

    @Nested
    class Orders extends ControlStoreContract {
        @Override
        protected ControlStore store() {
            return another();
        }
    }

    @Nested
    class Backfills extends BackfillStoreContract {
        @Override
        protected ControlStore store() {
            return another();
        }
    }

    @Nested
    class Letters extends LetterOrderStoreContract {
        @Override
        protected ControlStore store() {
            return another();
        }
    }
}
