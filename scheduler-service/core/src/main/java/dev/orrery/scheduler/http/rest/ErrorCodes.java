package dev.orrery.scheduler.http.rest;

import dev.orrery.protocol.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The error codes of an operation, besides the common ones of every operation; for the OpenAPI
 * document.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ErrorCodes {
  ErrorCode[] value();
}
