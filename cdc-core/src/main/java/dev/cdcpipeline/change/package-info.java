/** The words of a change: operation, table, row, key, position. Depends on the JDK only. */
@NullMarked
package dev.cdcpipeline.change;

import org.jspecify.annotations.NullMarked;
