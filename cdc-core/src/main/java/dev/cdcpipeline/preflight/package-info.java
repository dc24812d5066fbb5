/** What is found wrong at a source, before an engine starts and while it runs. */
@NullMarked
package dev.cdcpipeline.preflight;

import org.jspecify.annotations.NullMarked;
