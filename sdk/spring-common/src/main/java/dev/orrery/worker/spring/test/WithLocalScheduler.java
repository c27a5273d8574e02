package dev.orrery.worker.spring.test;

import dev.orrery.worker.test.scheduler.LocalScheduler;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Provides the context of a test, such as one with {@code @SpringBootTest}, with a packaged
 * scheduler. The worker of the application runs its jobs, {@code OrreryClient} starts them, and the
 * {@link LocalScheduler} is a bean. All tests of a JVM share the scheduler; each context has an app
 * of its own, the value of {@code orrery.worker.app}. {@link LocalScheduler#start()} describes
 * where the packaged scheduler is found.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface WithLocalScheduler {}
