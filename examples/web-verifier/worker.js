// Behind `verifier.mjs` in the page's worker: one module for all calls, one instance a call.
let module;
self.onmessage = async ({ data }) => {
  try {
    module ??= await WebAssembly.compile(data.wasm);
    self.postMessage({ answer: call(module, data.request, data.files) });
  } catch (error) {
    self.postMessage({ error: error.message });
  }
};
