package dev.orrery.scheduler.base.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Singleton;

/**
 * Refuses requests before routing, and closes their connections, because clients may still be
 * sending.
 */
@Singleton
public class ProblemWriter {
  private final ObjectMapper json;

  public ProblemWriter(ObjectMapper json) {
    this.json = json;
  }

  public void refuse(HttpServerRequest request, ErrorCode code, String detail) {
    ProblemException e = ProblemException.of(code, detail);
    HttpServerResponse response = request.response().setStatusCode(code.status());
    ProblemHeaders.write(e, response::putHeader);
    try {
      response
          .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
          .end(json.writeValueAsString(e.problem()));
    } catch (JsonProcessingException failure) {
      throw new IllegalStateException("A problem is always writable", failure);
    }
  }
}
