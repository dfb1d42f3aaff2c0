"""The frameworks, each as a class: made from the folder and name of a network, called with an input of 1 x 3 x H x W
floats, gives the logits. Every one computes in float32 on one thread, as tuned for inference as its documentation
says how.
"""
import pathlib
import subprocess
import sys


class OnnxRuntime:
    name = "ONNX Runtime"

    def __init__(self, folder, network):
        import onnxruntime
        self.version = onnxruntime.__version__
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        self.session = onnxruntime.InferenceSession(
            str(folder / f"{network}.onnx"), options, providers=["CPUExecutionProvider"])

    def __call__(self, values):
        return self.session.run(None, {"input": values})[0][0]


class OpenVino:
    name = "OpenVINO"

    def __init__(self, folder, network):
        import openvino
        self.version = openvino.__version__.split("-")[0]
        # Without the hint it computes in bfloat16 where the processor can.
        compiled = openvino.Core().compile_model(str(folder / f"{network}.onnx"), "CPU", {
            "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1,
            "NUM_STREAMS": 1})
        self.request = compiled.create_infer_request()

    def __call__(self, values):
        # Shared: neither the input nor the output is copied.
        return self.request.infer([values], share_inputs=True, share_outputs=True)[0][0]


class Ncnn:
    name = "ncnn"

    def __init__(self, folder, network):
        import ncnn
        self.version = ncnn.__version__
        param = folder / f"{network}.ncnn.param"
        if not param.exists():
            pnnx = pathlib.Path(sys.executable).parent / "pnnx"
            subprocess.run([pnnx, f"{network}.pt", "inputshape=[1,3,224,224]", "fp16=0"], cwd=folder, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.net = ncnn.Net()
        options = self.net.opt
        options.num_threads = 1
        for half in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_packed", "bf16_storage"):
            setattr(options, f"use_{half}", False)
        self.net.load_param(str(param))
        self.net.load_model(str(param.with_suffix(".bin")))
        self.mat = ncnn.Mat

    def __call__(self, values):
        import numpy
        extractor = self.net.create_extractor()
        extractor.input("in0", self.mat(values[0]))
        return numpy.array(extractor.extract("out0")[1])


class PyTorch:
    name = "PyTorch"

    def __init__(self, folder, network):
        import torch
        self.torch, self.version = torch, torch.__version__.split("+")[0]
        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        module = torch.jit.load(folder / f"{network}.pt").eval()
        self.module = torch.jit.optimize_for_inference(torch.jit.freeze(module))

    def __call__(self, values):
        with self.torch.inference_mode():
            return self.module(self.torch.from_numpy(values))[0].numpy()


ENGINES = {engine.__name__: engine for engine in (OnnxRuntime, OpenVino, Ncnn, PyTorch)}
