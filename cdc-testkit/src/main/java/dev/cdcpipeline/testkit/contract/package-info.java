/**
 * What every implementation of an interface for stores must do, as tests: extend a class, give it your store, and run it with
 * JUnit 5.
 */
@NullMarked
package dev.cdcpipeline.testkit.contract;

import org.jspecify.annotations.NullMarked;
