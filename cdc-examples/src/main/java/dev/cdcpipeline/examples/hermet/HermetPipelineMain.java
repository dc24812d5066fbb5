package dev.cdcpipeline.examples.hermet;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.PostgresShard;
import java.nio.file.Path;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * The service that keeps the read model: what a user of the library writes. {@link HermetMain} runs it in a process of its
 * own, kills that, and starts it again; nothing here knows of it.
 *
 * <p>Arguments: the addresses of db0, db1 and the read model, and the file that ends it, see {@link EndRequest}.
 */
public final class HermetPipelineMain {
    private static final Duration STATUS_EVERY = Duration.ofSeconds(2);

    private HermetPipelineMain() {}

    /** Runs until the end is requested and everything up to there is applied, or a shard fails. */
    public static void main(String[] args) throws InterruptedException {
        try (HikariDataSource readModel = dataSource(ServerAddress.parse(args[2]));
                CdcPipeline pipeline = pipeline(args[0], args[1], readModel)) {
            pipeline.start();
            EndRequest end = new EndRequest(Path.of(args[3]));
            StatusLine status = new StatusLine(pipeline);
            while (!end.isThere()) {
                System.out.println(status.next());
                pipeline.status().shards().forEach(StatusLine::failIfFailed);
                Thread.sleep(STATUS_EVERY.toMillis());
            }
            end.awaitApplied(pipeline);
            System.out.println(status.next());
        }
    }

    private static CdcPipeline pipeline(String db0, String db1, DataSource readModel) {
        return CdcPipeline.builder()
                .name("hermet")
                .shard(shard("db0", ServerAddress.parse(db0)))
                .shard(shard("db1", ServerAddress.parse(db1)))
                .offsets(JdbcOffsets.in(readModel))
                .target(JdbcTarget.named("read-model", readModel)
                        .project(UpsertProjection.from(ChatTables.USERS)
                                .into("biz_user_view")
                                .shardColumn("shard")
                                .build())
                        .project(UpsertProjection.from(ChatTables.CHANNELS)
                                .into("channel_view")
                                .shardColumn("shard")
                                .build())
                        .project(UpsertProjection.from(ChatTables.MEMBERS)
                                .into("channel_member_view")
                                .shardColumn("shard")
                                .build())
                        .project(UpsertProjection.from(ChatTables.FRIENDSHIPS)
                                .into("friendship_view")
                                .shardColumn("shard")
                                .build())
                        .project(ContactView.projection())
                        .project(ConversationView.projection()))
                .build();
    }

    private static PostgresShard shard(String name, ServerAddress address) {
        return PostgresShard.named(name)
                .host(address.host())
                .port(address.port())
                .database(address.database())
                .user(address.user())
                .password(address.password())
                .slot("debezium_" + name + "_slot")
                .build();
    }

    private static HikariDataSource dataSource(ServerAddress address) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(address.jdbcUrl());
        config.setUsername(address.user());
        config.setPassword(address.password());
        config.setMaximumPoolSize(4);
        return new HikariDataSource(config);
    }
}
