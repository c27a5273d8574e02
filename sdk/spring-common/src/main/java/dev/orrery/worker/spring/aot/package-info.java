/** Hints for native images and ahead-of-time processing. */
package dev.orrery.worker.spring.aot;
