package dev.cdcpipeline.examples.hermet;

import dev.cdcpipeline.change.SourceTable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The tables of the chat application that are captured, and the records that their rows are shown as. */
final class ChatTables {

    enum UserStatus {
        ONLINE,
        AWAY,
        BUSY,
        OFFLINE,
        DEACTIVATED
    }

    enum ChannelType {
        DIRECT,
        GROUP,
        BROADCAST
    }

    enum MemberRole {
        OWNER,
        ADMIN,
        MEMBER,
        GUEST
    }

    record BizUser(
            long id,
            UUID uid,
            String nickname,
            @Nullable String email,
            @Nullable String avatarUrl,
            UserStatus status,
            boolean verified,
            @Nullable LocalDate birthday,
            List<String> tags,
            String preferences,
            BigDecimal credit,
            @Nullable String bio,
            Instant createdAt,
            Instant updatedAt) {}

    record Channel(
            long id,
            ChannelType type,
            @Nullable String name,
            long ownerId,
            String settings,
            @Nullable List<@Nullable Long> pinned,
            boolean archived,
            @Nullable Short memberLimit,
            long messageCount,
            @Nullable String lastMessage,
            @Nullable LocalDateTime lastMessageAt,
            Instant createdAt) {}

    record ChannelMember(
            long channelId,
            long userId,
            MemberRole role,
            long readCount,
            @Nullable Instant lastReadAt,
            boolean muted,
            @Nullable LocalTime quietFrom,
            int notifyLevel,
            Instant joinedAt) {}

    record Friendship(
            long userId,
            long friendId,
            @Nullable String remark,
            @Nullable List<@Nullable String> labels,
            double closeness,
            @Nullable LocalDate metOn,
            Instant createdAt) {}

    static final SourceTable<BizUser> USERS = SourceTable.of("public.biz_user", BizUser.class);
    static final SourceTable<Channel> CHANNELS = SourceTable.of("public.channel", Channel.class);
    static final SourceTable<ChannelMember> MEMBERS = SourceTable.of("public.channel_member", ChannelMember.class);
    static final SourceTable<Friendship> FRIENDSHIPS = SourceTable.of("public.friendship", Friendship.class);

    private ChatTables() {}
}
