package dev.orrery.worker.spring.test;

import dev.orrery.worker.test.OrreryJobTester;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.TestPropertySource;

/**
 * Runs a test in the context of the application, like {@link SpringBootTest}, but without a worker.
 * The test runs the jobs with an {@link OrreryJobTester}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest
@TestPropertySource(properties = "orrery.worker.enabled=false")
public @interface OrreryTest {

  /** The configuration; default: the application in whose package the test is. */
  @AliasFor(annotation = SpringBootTest.class)
  Class<?>[] classes() default {};

  /** Settings as {@code key=value}. */
  @AliasFor(annotation = SpringBootTest.class)
  String[] properties() default {};
}
