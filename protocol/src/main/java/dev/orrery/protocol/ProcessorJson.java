package dev.orrery.protocol;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Defines how Jackson reads and writes a {@link ProcessorSpec}. Applications compile against that
 * interface without Jackson: there, javac would warn about each Jackson annotation on it, but not
 * about an annotation of ours.
 */
@JacksonAnnotationsInside
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ProcessorSpec.Noop.class, name = ProcessorSpec.NOOP),
  @JsonSubTypes.Type(value = ProcessorSpec.Shell.class, name = ProcessorSpec.SHELL),
  @JsonSubTypes.Type(value = ProcessorSpec.Http.class, name = ProcessorSpec.HTTP),
  @JsonSubTypes.Type(value = ProcessorSpec.Java.class, name = ProcessorSpec.JAVA),
  @JsonSubTypes.Type(value = ProcessorSpec.PowerJob.class, name = ProcessorSpec.POWERJOB),
  @JsonSubTypes.Type(value = ProcessorSpec.Flow.class, name = ProcessorSpec.FLOW)
})
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface ProcessorJson {}
