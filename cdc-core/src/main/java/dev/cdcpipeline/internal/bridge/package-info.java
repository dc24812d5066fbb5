/** The classes that Debezium creates by name, and how they find their shard. Not API. */
@NullMarked
package dev.cdcpipeline.internal.bridge;

import org.jspecify.annotations.NullMarked;
