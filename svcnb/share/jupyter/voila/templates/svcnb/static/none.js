// No formulas are typeset on these pages; the lab's typesetter asks for MathJax all the same.
window.MathJax = {Hub: {Config() {}, Configured() {}, Queue() {}, Register: {StartupHook() {}}}};
