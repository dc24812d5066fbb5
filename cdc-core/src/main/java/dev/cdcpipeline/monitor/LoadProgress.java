package dev.cdcpipeline.monitor;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.TableLoad;

/**
 * The first load of one table.
 *
 * @param table the table
 * @param load its result so far
 * @param rowsRead rows read since the process started, counted once per target that wants them; a resumed load counts from where it
 *     resumed
 * @param estimatedRows the server's own estimate when the shard started ({@code pg_class.reltuples}); -1 if it has none
 */
public record LoadProgress(TableName table, TableLoad load, long rowsRead, long estimatedRows) {}
