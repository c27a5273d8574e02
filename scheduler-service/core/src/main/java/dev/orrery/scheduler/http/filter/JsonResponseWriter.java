package dev.orrery.scheduler.http.filter;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.orrery.scheduler.http.connection.ResponseMemory;
import dev.orrery.scheduler.http.connection.ResponseStream;
import dev.orrery.scheduler.http.rest.SharedResponseCache;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter.AllWriteableMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.jboss.resteasy.reactive.server.vertx.VertxResteasyReactiveRequestContext;

/**
 * Writes responses as JSON into a buffer that is bounded by the caller's app. The writer of the
 * framework sends parts of 8 KiB, and its thread waits until the peer has read them. Larger bodies
 * are compressed for clients that accept it.
 */
@Provider
@Produces({MediaType.APPLICATION_JSON, "application/problem+json"})
public class JsonResponseWriter extends AllWriteableMessageBodyWriter {
  private final ResponseMemory memory;
  private final ObjectWriter json;

  public JsonResponseWriter(ResponseMemory memory, ObjectMapper mapper) {
    this.memory = memory;
    this.json =
        mapper
            .writer()
            .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .without(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
  }

  @Override
  public void writeResponse(Object entity, Type type, ServerRequestContext context)
      throws IOException {
    VertxResteasyReactiveRequestContext call = (VertxResteasyReactiveRequestContext) context;
    RoutingContext request = call.getContext();
    ResponseStream body = written(SharedResponseCache.jsonIfShared(entity, request), request);
    if (CompressionRule.concerns(request.request(), call.getResponse().get(), body.length())) {
      sendCompressed(request, body);
    } else {
      body.close();
    }
  }

  /** Sends the response of a route. */
  public void send(Object entity, RoutingContext request) throws IOException {
    written(entity, request).close();
  }

  private ResponseStream written(Object entity, RoutingContext request) throws IOException {
    ResponseStream body = new ResponseStream(request, memory, BodyGate.app(request));
    boolean written = false;
    try {
      write(entity, body);
      written = true;
    } finally {
      if (!written) {
        body.release();
      }
    }
    return body;
  }

  private static void sendCompressed(RoutingContext request, ResponseStream body)
      throws IOException {
    request.response().headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (CompressionRule.accepts(request.request().getHeader(HttpHeaders.ACCEPT_ENCODING))) {
      body.closeCompressed();
    } else {
      body.close();
    }
  }

  @Override
  public void writeTo(
      Object entity,
      Class<?> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream body)
      throws IOException {
    write(entity, body);
  }

  private void write(Object entity, OutputStream body) throws IOException {
    if (entity instanceof byte[] bytes) {
      body.write(bytes);
    } else if (entity instanceof String text) {
      body.write(text.getBytes(StandardCharsets.UTF_8));
    } else {
      json.writeValue(body, entity);
    }
  }
}
