/** What can go wrong, as exceptions. */
@NullMarked
package dev.cdcpipeline.failure;

import org.jspecify.annotations.NullMarked;
