package dev.orrery.scheduler.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;

/** Refuses requests before any routing, closing the connection of those that go on sending. */
@Singleton
public class ProblemWriter {
  private final ObjectMapper json;

  ProblemWriter(ObjectMapper json) {
    this.json = json;
  }

  public void refuse(HttpServerRequest request, ErrorCode code, String detail) {
    try {
      request
          .response()
          .setStatusCode(code.status())
          .putHeader(HttpHeaders.CONTENT_TYPE, ProblemDetail.MEDIA_TYPE)
          .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
          .end(json.writeValueAsString(ProblemDetail.of(code, detail, null)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A problem is always writable", e);
    }
  }
}
