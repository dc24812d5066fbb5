/** Puts changes together to whole source transactions and hands them to the targets. Not API. */
@NullMarked
package dev.cdcpipeline.internal.dispatch;

import org.jspecify.annotations.NullMarked;
