/** How far a target has come, and where a pipeline keeps what it must remember. */
@NullMarked
package dev.cdcpipeline.offset;

import org.jspecify.annotations.NullMarked;
