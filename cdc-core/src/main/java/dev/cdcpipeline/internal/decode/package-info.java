/** Turns Debezium's records into changes, positions and transaction marks. Not API. */
@NullMarked
package dev.cdcpipeline.internal.decode;

import org.jspecify.annotations.NullMarked;
