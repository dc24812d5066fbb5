package dev.cdcpipeline.projection.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** {@link CacheEntries} by the scripts {@code lease.lua} and {@code fill.lua}. */
final class RedisEntries implements CacheEntries {
    private final ReaderConnection connection;
    private final Layout layout;
    private final String projection;
    private final String fillName;
    private final EntryExpiry expiry;
    private final Duration leaseTime;
    private final String reader = UUID.randomUUID().toString();
    private final AtomicLong leases = new AtomicLong();

    RedisEntries(ReaderConnection connection, Layout layout, CachedEntry<?> cached, Duration leaseTime) {
        this.connection = connection;
        this.layout = layout;
        this.projection = cached.name();
        this.fillName = cached.fillName();
        this.expiry = cached.expiry();
        this.leaseTime = leaseTime;
    }

    @Override
    public byte @Nullable [] get(String entry) {
        return connection.ask(commands -> commands.get(entry));
    }

    @Override
    public List<byte @Nullable []> getAll(List<String> entries) {
        List<byte @Nullable []> values = new ArrayList<>(entries.size());
        connection
                .ask(commands -> commands.mget(entries.toArray(String[]::new)))
                .forEach(found -> values.add(found.hasValue() ? found.getValue() : null));
        return values;
    }

    @Override
    public Lease lease(String entry, boolean takeOver) {
        int slot = layout.slotOf(entry);
        String token = reader + ":" + leases.incrementAndGet();
        String[] keys = {layout.head(slot), entry, layout.lease(entry, slot)};
        byte[][] arguments = {
            Writes.bytes(fillName),
            Writes.bytes(token),
            Writes.number(leaseTime.toMillis()),
            Writes.bytes(takeOver ? "1" : "0")
        };
        List<Object> reply = connection.ask(commands -> Script.LEASE.run(commands, keys, arguments));
        return switch (text(reply, 0)) {
            case "HIT" -> new Lease.Found((byte[]) reply.get(1));
            case "HELD" -> new Lease.Held();
            case "LEASED" ->
                new Lease.Granted(token, text(reply, 1), Long.parseLong(text(reply, 2)) + leaseTime.toSeconds() + 1);
            default -> new Lease.Unadmitted();
        };
    }

    @Override
    public boolean fill(String entry, Lease.Granted lease, byte @Nullable [] value) {
        int slot = layout.slotOf(entry);
        String[] keys = {layout.head(slot), entry, layout.lease(entry, slot), layout.index(projection, slot)};
        List<byte[]> arguments = new ArrayList<>(List.of(Writes.bytes(lease.token()), Writes.bytes(lease.life())));
        if (value != null) {
            long ttl = expiry.next();
            // The fill cannot come later than the lease ends; so much the index needs to know, and no clock of ours.
            long expires = ttl == Writes.FOR_EVER ? 0 : lease.expires() + ttl / 1000 + 1;
            arguments.add(Writes.number(ttl));
            arguments.add(Writes.bytes(Long.toString(expires, Character.MAX_RADIX)));
            arguments.add(Writes.bytes(new IndexedRow("", 0, expires, List.of()).text()));
            arguments.add(value);
        }
        byte[][] all = arguments.toArray(byte[][]::new);
        return text(connection.ask(commands -> Script.FILL.run(commands, keys, all)), 0)
                .equals("OK");
    }

    private static String text(List<Object> reply, int index) {
        return new String((byte[]) reply.get(index), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        connection.close();
    }
}
