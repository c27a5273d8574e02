package dev.orrery.scheduler.http.filter;

import dev.orrery.scheduler.base.problem.BodyTooLargeException;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Passes on the bodies that {@link BodyGate} has received, and refuses bodies with more JSON values
 * than their path allows.
 */
@Provider
@ApplicationScoped
class BodyLimitFilter implements ContainerRequestFilter, ReaderInterceptor {
  private final CurrentVertxRequest current;

  BodyLimitFilter(CurrentVertxRequest current) {
    this.current = current;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    BodyGate.body(current.getCurrent())
        .map(ArrivingBody::stream)
        .ifPresent(request::setEntityStream);
  }

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext body) throws IOException {
    BodyLimit limit = BodyLimit.of(current.getCurrent().request());
    if (limit.values() < Integer.MAX_VALUE) {
      body.setInputStream(new Counting(body.getInputStream(), limit));
    }
    return body.proceed();
  }

  private static final class Counting extends FilterInputStream {
    private final int most;
    private final NodeCounter values;

    Counting(InputStream in, BodyLimit limit) {
      super(in);
      this.most = limit.values();
      this.values = new NodeCounter(limit.separateFrom());
    }

    @Override
    public int read() throws IOException {
      int read = in.read();
      if (read >= 0) {
        count((byte) read);
      }
      return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = in.read(buffer, offset, length);
      for (int i = offset; i < offset + read; i++) {
        count(buffer[i]);
      }
      return read;
    }

    private void count(byte next) throws BodyTooLargeException {
      if (values.count(next) > most) {
        throw new BodyTooLargeException();
      }
    }
  }
}
