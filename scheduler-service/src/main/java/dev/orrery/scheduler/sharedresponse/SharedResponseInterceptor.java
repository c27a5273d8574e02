package dev.orrery.scheduler.sharedresponse;

import dev.orrery.scheduler.security.Caller;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.ws.rs.core.HttpHeaders;

/**
 * Shares the response of equal calls of callers with equal rights for {@link
 * SharedResponseCache#SHARED}, if the request accepts a response of that age. Other requests, such
 * as those of scripts, read their own writes.
 *
 * <p>Roles are checked earlier: a caller without the role gets no response.
 */
@SharedResponse
@Interceptor
@Priority(Interceptor.Priority.APPLICATION)
class SharedResponseInterceptor {
  private final SharedResponseCache responses;
  private final SecurityIdentity identity;
  private final RoutingContext routing;

  SharedResponseInterceptor(
      SharedResponseCache responses, SecurityIdentity identity, RoutingContext routing) {
    this.responses = responses;
    this.identity = identity;
    this.routing = routing;
  }

  @AroundInvoke
  Object share(InvocationContext call) throws Exception {
    HttpServerRequest request = routing.request();
    String accepted = request.getHeader(HttpHeaders.CACHE_CONTROL);
    if (!HttpMethod.GET.equals(request.method())
        || !AcceptedAge.includes(SharedResponseCache.SHARED, accepted)) {
      return call.proceed();
    }
    SharedBody body =
        responses.get(
            Caller.of(identity), request.uri(), () -> SharedResponseInterceptor.proceed(call));
    routing.put(SharedBody.KEY, body);
    return body.entity();
  }

  private static Object proceed(InvocationContext call) {
    try {
      return call.proceed();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("No resource declares such an exception", e);
    }
  }
}
