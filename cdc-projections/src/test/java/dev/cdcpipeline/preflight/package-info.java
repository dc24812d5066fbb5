/** What is found at real sources that are not as they ought to be, and how a slot is made, checked and made anew. */
@NullMarked
package dev.cdcpipeline.preflight;

import org.jspecify.annotations.NullMarked;
