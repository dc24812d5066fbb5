/** What a pipeline tells about itself: status and events. */
@NullMarked
package dev.cdcpipeline.monitor;

import org.jspecify.annotations.NullMarked;
