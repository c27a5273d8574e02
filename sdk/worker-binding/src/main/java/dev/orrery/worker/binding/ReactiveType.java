package dev.orrery.worker.binding;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

/** Calls the reactive libraries of an application by reflection. */
final class ReactiveType {
  private ReactiveType() {}

  /** Calls a method without parameters, which makes the value a future. */
  static Future<?> call(Object value, LaterType later, String method) throws Exception {
    Class<?> type = later.in(value.getClass()).orElseThrow();
    return (Future<?>) invoke(type.getMethod(method), value);
  }

  /** Subscribes to a publisher of Reactive Streams. */
  static void subscribe(Object publisher, Flow.Subscriber<Object> subscriber) throws Exception {
    Class<?> type = LaterType.REACTIVE_STREAM.in(publisher.getClass()).orElseThrow();
    Method subscribe = only(type, "subscribe");
    Class<?> subscriberType = subscribe.getParameterTypes()[0];
    Class<?> subscriptionType = only(subscriberType, "onSubscribe").getParameterTypes()[0];
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          switch (method.getName()) {
            case "onSubscribe" -> subscriber.onSubscribe(of(subscriptionType, arguments[0]));
            case "onNext" -> subscriber.onNext(arguments[0]);
            case "onError" -> subscriber.onError((Throwable) arguments[0]);
            case "onComplete" -> subscriber.onComplete();
            case "equals" -> {
              return proxy == arguments[0];
            }
            default -> {
              return method.invoke(subscriber, arguments);
            }
          }
          return null;
        };
    invoke(
        subscribe,
        publisher,
        Proxy.newProxyInstance(
            subscriberType.getClassLoader(), new Class<?>[] {subscriberType}, handler));
  }

  private static Flow.Subscription of(Class<?> type, Object subscription) {
    Method request = only(type, "request");
    Method cancel = only(type, "cancel");
    return new Flow.Subscription() {
      @Override
      public void request(long items) {
        call(request, items);
      }

      @Override
      public void cancel() {
        call(cancel);
      }

      private void call(Method method, Object... arguments) {
        try {
          invoke(method, subscription, arguments);
        } catch (Exception e) {
          throw new IllegalStateException("The subscription refused " + method.getName(), e);
        }
      }
    };
  }

  private static Method only(Class<?> type, String name) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Object invoke(Method method, Object object, Object... arguments) throws Exception {
    try {
      return method.invoke(object, arguments);
    } catch (InvocationTargetException e) {
      throw LaterValue.thrown(e);
    }
  }
}
