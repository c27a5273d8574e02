package app;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Collection;

/** Prints each finished tracing span as a line to the output of the program. */
class PrintedSpans implements SpanExporter {
  @Singleton
  static class Producer {
    @Produces
    @Singleton
    SpanProcessor printer() {
      return SimpleSpanProcessor.create(new PrintedSpans());
    }
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    for (SpanData span : spans) {
      String link =
          span.getLinks().isEmpty() ? "" : span.getLinks().get(0).getSpanContext().getSpanId();
      System.out.printf(
          "SPAN kind=%s trace=%s span=%s parent=%s link=%s attributes=%s%n",
          span.getKind(),
          span.getTraceId(),
          span.getSpanId(),
          span.getParentSpanId(),
          link,
          span.getAttributes().asMap());
    }
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }
}
