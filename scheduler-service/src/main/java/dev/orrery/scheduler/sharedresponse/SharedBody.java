package dev.orrery.scheduler.sharedresponse;

/**
 * The body of a response, as an object and as JSON.
 *
 * @param json the bytes of the object
 */
record SharedBody(Object entity, byte[] json) {
  /** The key of the data of a request. */
  static final String KEY = SharedBody.class.getName();
}
