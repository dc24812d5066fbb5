package dev.cdcpipeline.projection.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** A Lua script of ours: sent by its digest, and as a whole where the server does not know it yet. */
enum Script {
    BEAT("beat.lua"),
    CLAIM("claim.lua"),
    SLOT("slot.lua"),
    WRITE("write.lua"),
    LEASE("lease.lua"),
    FILL("fill.lua");

    private final String text;
    private final String digest;

    Script(String resource) {
        try (InputStream in = Script.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource + " beside " + Script.class.getName());
            }
            byte[] bytes = in.readAllBytes();
            this.text = new String(bytes, StandardCharsets.UTF_8);
            this.digest = Base16.digest(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it where its first key is. The answer is a list of what the script returns, texts as bytes. */
    CompletionStage<List<Object>> run(
            RedisClusterAsyncCommands<String, byte[]> commands, String[] keys, byte[][] arguments) {
        CompletionStage<List<Object>> sent = commands.evalsha(digest, ScriptOutputType.MULTI, keys, arguments);
        return sent.exceptionallyCompose(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof RedisNoScriptException) {
                return commands.eval(text, ScriptOutputType.MULTI, keys, arguments);
            }
            return java.util.concurrent.CompletableFuture.failedStage(cause);
        });
    }
}
