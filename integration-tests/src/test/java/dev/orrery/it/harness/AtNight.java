package dev.orrery.it.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A test that takes long and that few changes can break; {@link Nightly} says when it runs. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(
    named = "orrery.nightly",
    matches = "true",
    disabledReason = "It takes long. Run it with .ci/nightly, or with -Dorrery.nightly=true.")
public @interface AtNight {}
