"""From a surface to pixels: pinhole camera and z-buffer (OpenCV's rasteriser)."""

from dataclasses import dataclass

import cv2
import numpy as np

from analysis.vision.terms import Array

NEAR, FAR = 50.0, 20000.0


@dataclass(frozen=True)
class Camera:
    """A pinhole camera on the +z axis. Head rotation in degrees: yaw > 0 turns the face to image right,
    pitch > 0 lifts the chin, roll > 0 tilts the top of the head to image right.

    distance: mm from camera to the head's origin. focal: in units of the picture's height.
    offset: where the head's origin falls, in fractions of the picture (0.5, 0.5 is the middle).
    """

    width: int
    height: int
    yaw: float
    pitch: float
    roll: float
    distance: float
    focal: float
    offset: tuple[float, float]

    @property
    def rotation(self) -> Array:
        """Head to camera axes, (3, 3)."""
        yaw, pitch, roll = np.deg2rad([self.yaw, self.pitch, self.roll])
        turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
        nod = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
        tilt = np.array([[np.cos(roll), np.sin(roll), 0], [-np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
        return np.asarray(tilt @ nod @ turn)

    @property
    def shift(self) -> Array:
        """The head's origin in camera axes, (3,) mm."""
        span = self.distance / self.focal
        across = (self.offset[0] - 0.5) * span * self.width / self.height
        return np.array([across, (0.5 - self.offset[1]) * span, -self.distance])

    def project(self, points: Array) -> Array:
        """Pixel coordinates (..., 2) of points in head axes; the first pixel's centre is (0.5, 0.5)."""
        seen = points @ self.rotation.T + self.shift
        scale = self.focal * self.height / -seen[..., 2]
        return np.stack([self.width / 2 + seen[..., 0] * scale, self.height / 2 - seen[..., 1] * scale], -1)

    def _matrix(self) -> Array:
        matrix = np.eye(4, dtype=np.float32)
        matrix[:3, :3], matrix[:3, 3] = self.rotation, self.shift
        return matrix


@dataclass(frozen=True)
class Mesh:
    """vertices (N, 3) mm, triangles (M, 3) indices, label (N, 3): what a pixel of the surface remembers."""

    vertices: Array
    triangles: Array
    label: Array


def grid_mesh(position: Array, label: Array) -> Mesh:
    """The mesh of a surface given on a grid: position and label (H, W, 3)."""
    rows, columns = position.shape[:2]
    index = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    corner = index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]
    upper = np.stack([corner[0], corner[2], corner[1]], -1).reshape(-1, 3)
    lower = np.stack([corner[1], corner[2], corner[3]], -1).reshape(-1, 3)
    return Mesh(
        np.ascontiguousarray(position.reshape(-1, 3), np.float32),
        np.concatenate([upper, lower]),
        np.ascontiguousarray(label.reshape(-1, 3), np.float32),
    )


def blank(camera: Camera) -> tuple[Array, Array]:
    """An empty label picture (H, W, 3), filled with -1, and its depth picture (H, W), filled with FAR."""
    size = camera.height, camera.width
    return np.full((*size, 3), -1, np.float32), np.full(size, FAR, np.float32)


def draw(mesh: Mesh, camera: Camera, label: Array, depth: Array) -> None:
    """Draw the mesh into label and depth, in place, where it is nearer than what is there."""
    settings = cv2.TriangleRasterizeSettings()
    settings.setShadingType(cv2.RASTERIZE_SHADING_SHADED)
    settings.setCullingMode(cv2.RASTERIZE_CULLING_NONE)
    angle = 2 * np.arctan(0.5 / camera.focal)
    cv2.triangleRasterize(
        mesh.vertices, mesh.triangles, mesh.label, label, depth, camera._matrix(), angle, NEAR, FAR, settings
    )
