/** Changes that were put aside, with all their context: how they are kept, found, replayed and discarded. */
@NullMarked
package dev.cdcpipeline.deadletter;

import org.jspecify.annotations.NullMarked;
