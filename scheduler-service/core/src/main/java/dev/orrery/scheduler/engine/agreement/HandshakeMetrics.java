package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.Locale;

/**
 * Counts workers that were refused in a handshake, in discovery, or for their token in any call.
 */
@Startup
@Singleton
class HandshakeMetrics {
  private final MeterRegistry registry;

  HandshakeMetrics(MeterRegistry registry) {
    this.registry = registry;
    // Registered at 0: if a counter appears only with its first refusal, an alert sees no increase.
    refused(ErrorCode.PROTOCOL_MISMATCH, 0);
    refused(ErrorCode.VERSION_MISMATCH, 0);
    refused(ErrorCode.UNAUTHENTICATED, 0);
    refused(ErrorCode.FORBIDDEN, 0);
    refused(ErrorCode.INVALID, 0);
    refused(ErrorCode.APP_NOT_FOUND, 0);
    refused(ErrorCode.OVERLOADED, 0);
  }

  void refused(ErrorCode code) {
    refused(code, 1);
  }

  private void refused(ErrorCode code, int count) {
    Counter.builder("orrery.handshakes.refused")
        .description(
            "Handshakes, discoveries, and calls without a valid worker's token that this replica"
                + " refused, by error code")
        .tag("code", code.name().toLowerCase(Locale.ROOT))
        .register(registry)
        .increment(count);
  }
}
