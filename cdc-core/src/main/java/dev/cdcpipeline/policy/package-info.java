/** What becomes of changes that fail: policies that users choose. */
@NullMarked
package dev.cdcpipeline.policy;

import org.jspecify.annotations.NullMarked;
